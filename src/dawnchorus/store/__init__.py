"""Editions on disk: archive, ledger, stage cache, lock, manifest."""
