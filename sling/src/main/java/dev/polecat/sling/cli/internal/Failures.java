package dev.polecat.sling.cli.internal;

import dev.polecat.core.DoltError;
import dev.polecat.core.DoltException;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.ServerException;
import dev.polecat.core.history.RowKeyException;
import dev.polecat.core.history.TooEarlyException;
import dev.polecat.core.history.UnknownRevisionException;
import dev.polecat.core.history.UnknownTableException;
import dev.polecat.sling.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What a command that failed exits with and says. */
public final class Failures {
  private static final Set<DoltError> NO_SERVER =
      EnumSet.of(DoltError.SERVER_AWAY, DoltError.CONNECTION_LOST, DoltError.TOO_MANY_CONNECTIONS);
  private static final Set<DoltError> GONE =
      EnumSet.of(DoltError.NOT_FOUND, DoltError.BRANCH_DELETED);

  private Failures() {}

  /** The exit code of a failure. */
  public static ExitCode code(Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof InvalidNameException
        || failure instanceof RowKeyException
        || failure instanceof ConfigException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof NotFoundException
        || failure instanceof UnknownTableException
        || failure instanceof UnknownRevisionException
        || failure instanceof TooEarlyException) {
      return ExitCode.NOT_FOUND;
    }
    if (failure instanceof NoServerException || failure instanceof ServerException.Unreachable) {
      return ExitCode.NO_SERVER;
    }
    if (failure instanceof DoltSqlException || failure instanceof SQLException) {
      DoltError error = DoltError.of(failure);
      if (NO_SERVER.contains(error)) {
        return ExitCode.NO_SERVER;
      }
      if (GONE.contains(error)) {
        return ExitCode.NOT_FOUND;
      }
    }
    return ExitCode.FAILED;
  }

  /** What happened and what to do, without a stack trace. */
  public static String message(Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof DoltException
        || failure instanceof IllegalStateException
        || failure instanceof SQLException) {
      return message;
    }
    if (failure instanceof IOException || failure instanceof UncheckedIOException) {
      Throwable cause = failure.getCause();
      return cause == null ? failure.toString() : message + ": " + cause;
    }
    if (failure instanceof InterruptedException) {
      return failure.getMessage() == null ? "Interrupted." : message;
    }
    return "An error nobody foresaw: " + failure + ". --verbose shows where.";
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable failure = thrown;
    while ((failure instanceof CompletionException || failure instanceof ExecutionException)
        && failure.getCause() != null) {
      failure = failure.getCause();
    }
    return failure;
  }
}
