"""Judging: which values a column takes, and the Pandera schema that asks.

Owns right and wrong of single values. What is wrong with whole columns and rows is `schemas.diagnosing`'s.
"""
