package dev.polecat.sling.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is printed is printed for as long as somebody reads it. */
@Timeout(30)
class ConsoleTest {
  /** Takes some bytes, and then no more. */
  private static PrintWriter takingOnly(int bytes) {
    return new PrintWriter(
        new OutputStream() {
          private int taken;

          @Override
          public void write(int one) throws IOException {
            if (taken++ == bytes) {
              throw new IOException("Broken pipe");
            }
          }
        });
  }

  private static Console console(PrintWriter out, boolean json) {
    return new Console(out, new PrintWriter(new StringWriter()), json);
  }

  @Test
  void aStreamWithoutEndEndsWithItsReaderAndIsClosed() {
    AtomicBoolean closed = new AtomicBoolean();
    Console console = console(takingOnly(100), false);
    Stream<Integer> endless = Stream.iterate(1, i -> i + 1).onClose(() -> closed.set(true));
    long printed = console.each(endless, i -> console.line("123456789"));
    assertThat(printed).isBetween(9L, 12L);
    assertThat(closed).isTrue();
  }

  @Test
  void whatIsWrittenAsItIsFailsWhenNobodyReadsIt() {
    Writer writer = console(takingOnly(100), true).writer();
    assertThatThrownBy(
            () -> {
              writer.write("x".repeat(20_000));
              writer.flush();
            })
        .isInstanceOf(OutputClosedException.class);
  }

  @Test
  void rowsAreAlignedAndNotKept() {
    StringWriter text = new StringWriter();
    Columns columns = new Columns(console(new PrintWriter(text), false), List.of("n", "text"));
    IntStream.range(0, 60)
        .mapToObj(i -> List.of(i == 55 ? "a long one" : "" + i, "x"))
        .forEach(columns::add);
    columns.end();
    assertThat(text.toString().lines().toList())
        .hasSize(61)
        .contains("n   text", "0   x", "49  x", "54  x", "a long one  x", "59  x");
  }
}
