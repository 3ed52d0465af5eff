package dev.polecat.mergequeue.spi;

import org.jspecify.annotations.Nullable;

/** What a {@link CellPolicy} decided. */
public sealed interface CellChoice {
  /** Main's value. */
  record Ours() implements CellChoice {}

  /** The branch's value. */
  record Theirs() implements CellChoice {}

  /**
   * A value of the policy's making.
   *
   * @param value of the type the cell's values have, or null for NULL
   */
  record Value(@Nullable Object value) implements CellChoice {}

  /**
   * Nobody's: a person decides.
   *
   * @param why what the person should know
   */
  record Park(String why) implements CellChoice {}

  /**
   * Main's value.
   *
   * @return the choice
   */
  static CellChoice ours() {
    return new Ours();
  }

  /**
   * The branch's value.
   *
   * @return the choice
   */
  static CellChoice theirs() {
    return new Theirs();
  }

  /**
   * A value of the policy's making.
   *
   * @param value of the type the cell's values have, or null for NULL
   * @return the choice
   */
  static CellChoice value(@Nullable Object value) {
    return new Value(value);
  }

  /**
   * A person decides.
   *
   * @param why what the person should know
   * @return the choice
   */
  static CellChoice park(String why) {
    return new Park(why);
  }
}
