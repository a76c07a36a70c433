"""Many independent units: tables in pieces, tasks on any executor, results that survive a kill."""
