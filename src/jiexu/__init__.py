"""接续 (jiexu): social insurance that follows the person. See ARCHITECTURE.md."""

__version__ = "0.1.0"
