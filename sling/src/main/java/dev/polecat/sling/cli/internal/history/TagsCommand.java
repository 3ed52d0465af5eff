package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.history.Tag;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code polecat tags}. */
@Command(
    name = "tags",
    description = "Lists the tags of a rig, those that keep nuked branches among them.",
    footer = {"", "Example: polecat --rig gastown tags"})
public final class TagsCommand extends TownCommand {
  @Override
  protected ExitCode run(Town town) {
    Rig rig = rig(town);
    List<Tag> tags = rig.history().tags();
    if (tags.isEmpty()) {
      console().line("There are no tags.");
    } else {
      console()
          .table(
              List.of("TAG", "COMMIT", "TIME", "TAGGER", "MESSAGE"),
              tags.stream()
                  .map(
                      tag ->
                          List.of(
                              tag.name(),
                              tag.commit().value(),
                              tag.time().toString(),
                              tag.tagger(),
                              RowText.cell(tag.message())))
                  .toList());
    }
    console()
        .document(
            Console.map(
                "rig",
                rig.name(),
                "tags",
                tags.stream()
                    .map(
                        tag ->
                            Console.map(
                                "tag", tag.name(),
                                "commit", tag.commit(),
                                "time", tag.time(),
                                "tagger", tag.tagger(),
                                "email", tag.email(),
                                "message", tag.message()))
                    .toList()));
    return ExitCode.DONE;
  }
}
