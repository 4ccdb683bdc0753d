"""The API: the same questions and acts as the pages, for programs, behind the same doors."""
