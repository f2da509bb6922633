"""From a validated table to rows in the database: matching, credentials, loading."""
