"""The documents people edit: facts rendered to Markdown, and written without losing what people wrote."""

from bot.documents.merge import path_of, write
from bot.documents.render import TemplateMistake, render

__all__ = ["TemplateMistake", "path_of", "render", "write"]
