"""Searching for good settings: many short trainings of one network, each a trial, and what they were worth.

Optuna is imported by `ledger` alone, and that by `run` when a search begins: windows and lists read JSON.
"""
