"""The database server: the one we bring along, or one outside that ``DATABASE_URL`` names."""
