"""Diagnosing: what has happened to cells, columns and rows before they came to us, told by the company they keep.

Owns damage by Excel and exports, columns that prove something by all their values, rows that are no learners or stand
in the wrong columns, and learners who are there twice. Right and wrong of single values is `schemas.judging`'s.
"""
