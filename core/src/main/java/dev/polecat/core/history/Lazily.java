package dev.polecat.core.history;

import dev.polecat.core.DoltSqlException;
import java.sql.SQLException;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Streams whose elements are found one by one, with what they need closed at the end. */
final class Lazily {
  private Lazily() {}

  /** Finds the next element. */
  interface Finder<T> extends AutoCloseable {
    /** Returns null at the end. */
    @Nullable T next() throws SQLException;

    @Override
    void close();
  }

  /** A stream that closes its finder at its end, when it fails, and when it is closed. */
  static <T> Stream<T> stream(String doing, Finder<T> finder) {
    AbstractSpliterator<T> each =
        new AbstractSpliterator<>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
          private boolean ended;

          @Override
          public boolean tryAdvance(Consumer<? super T> action) {
            if (ended) {
              return false;
            }
            T next = find();
            if (next == null) {
              return false;
            }
            action.accept(next);
            return true;
          }

          private @Nullable T find() {
            @Nullable T next = null;
            try {
              next = finder.next();
              return next;
            } catch (SQLException e) {
              throw new DoltSqlException(doing, e);
            } finally {
              if (next == null) {
                ended = true;
                finder.close();
              }
            }
          }
        };
    return StreamSupport.stream(each, false).onClose(finder::close);
  }
}
