"""Time is not what these tests are about: on a busy machine one slow example is no failure."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
