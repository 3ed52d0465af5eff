package dev.polecat.sling.cli.internal;

import java.io.IOException;

/**
 * Standard output takes no more. {@link StandardOutput} knows why.
 *
 * @serial exclude
 */
public final class OutputClosedException extends IOException {
  private static final long serialVersionUID = 1L;

  OutputClosedException() {
    super("Standard output takes no more.");
  }
}
