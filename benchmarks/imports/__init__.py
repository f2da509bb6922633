"""Whole imports by step, beside their peers and the floor."""
