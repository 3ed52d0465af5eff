package dev.polecat.sling.cli.internal.work;

import dev.polecat.sling.cli.internal.Group;
import picocli.CommandLine.Command;

/** {@code polecat polecat}: the polecats and their branches. */
@Command(
    name = "polecat",
    description = "The polecats and their branches.",
    subcommands = {PolecatListCommand.class, RefreshCommand.class, NukeCommand.class},
    footer = {"", "Example: polecat polecat list"})
public final class PolecatsCommand extends Group {}
