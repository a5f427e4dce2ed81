"""Template words: how numbers, times and states are written."""

from django import template

register = template.Library()
