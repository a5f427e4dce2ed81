"""Views, one file for each noun of the addresses; each verb is a function."""
