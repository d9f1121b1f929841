COMMANDS=()
import typer
gap=typer.Typer()
