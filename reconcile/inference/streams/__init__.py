"""The engine for ledgers of many claims: banded Laplace, hyperparameters from the claims."""
