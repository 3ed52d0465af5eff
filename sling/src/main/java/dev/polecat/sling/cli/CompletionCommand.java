package dev.polecat.sling.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;

/** {@code polecat completion}: the script that completes commands in a shell. */
@CommandLine.Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints the script that completes commands and options in a shell.",
    footer = {
      "",
      "Example, for bash and for zsh:",
      "  eval \"$(polecat completion bash)\"",
      "  autoload -U +X compinit && compinit; eval \"$(polecat completion zsh)\""
    })
final class CompletionCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @CommandLine.Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell;

  /** The shells there is a script for; one script does for all. */
  enum Shell {
    bash,
    zsh
  }

  @Override
  public Integer call() {
    CommandLine polecat = spec.root().commandLine();
    polecat.getOut().print(AutoComplete.bash(polecat.getCommandName(), polecat));
    polecat.getOut().flush();
    return ExitCode.DONE.code();
  }
}
