"""mcdesk: work Autotask help-desk tickets and hand them to Mission Control."""

# Hatchling reads this line; asking importlib.metadata at run time would cost 40 ms.
__version__ = "0.2.0"
