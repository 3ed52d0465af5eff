package dev.polecat.sling.cli.internal.queue;

import dev.polecat.sling.cli.internal.Group;
import picocli.CommandLine.Command;

/** {@code polecat queue}: what is on its way to main. */
@Command(
    name = "queue",
    description = "What is handed in, parked, or being merged.",
    subcommands = {
      QueueListCommand.class,
      ShowCommand.class,
      RunCommand.class,
      RetryCommand.class,
      ApproveCommand.class,
      RejectCommand.class,
      CancelCommand.class,
      PauseCommand.class,
      ResumeCommand.class
    },
    footer = {"", "Example: polecat queue list"})
public final class QueueCommand extends Group {}
