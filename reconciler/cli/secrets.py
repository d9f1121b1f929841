COMMANDS=()
import typer
app=typer.Typer()
