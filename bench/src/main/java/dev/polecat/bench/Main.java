package dev.polecat.bench;

import dev.polecat.bench.report.ReportCommand;
import java.io.IOException;
import java.util.Arrays;

/** {@code report} measures and writes the report; everything else goes to JMH. */
public final class Main {
  private Main() {}

  /**
   * Runs the report, or JMH.
   *
   * @param arguments {@code report} and its options, or JMH's own
   * @throws IOException if JMH fails to read or write its files
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("report")) {
      String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
      System.exit(ReportCommand.run(Sections.all(), rest));
    }
    org.openjdk.jmh.Main.main(arguments);
  }
}
