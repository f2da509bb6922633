"""Suggesting: what to write in a wrong cell instead, where something certain can be said. Nothing is ever applied."""
