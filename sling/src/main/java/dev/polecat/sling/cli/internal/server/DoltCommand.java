package dev.polecat.sling.cli.internal.server;

import dev.polecat.sling.cli.internal.Group;
import picocli.CommandLine.Command;

/** {@code polecat dolt}: the server. */
@Command(
    name = "dolt",
    description = "The town's Dolt server and its rigs.",
    subcommands = {
      StartCommand.class,
      StopCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      SqlCommand.class,
      InitRigCommand.class,
      ListCommand.class
    },
    footer = {"", "Example: polecat --town ~/gt dolt start"})
public final class DoltCommand extends Group {}
