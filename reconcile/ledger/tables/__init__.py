"""Strangers' tables: files and frames of any kind, turned into the columns of a ledger."""
