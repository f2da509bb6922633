"""Telling people what became of their file: the outbox, one folder per email, senders.

Writes mail in the transaction of what it tells of, and delivers it later. Decides nothing about an import.
"""
