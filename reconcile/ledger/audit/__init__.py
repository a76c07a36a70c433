"""What a ledger should be asked about: repeats, falls, doubtful totals."""
