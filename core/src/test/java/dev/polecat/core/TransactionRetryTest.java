package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionRetryTest {
  private final List<SQLException> thrown = new ArrayList<>();

  @Test
  void returnsWhatTheFirstSuccessfulAttemptReturns() throws SQLException {
    assertThat(TransactionRetry.ofAttempts(5).call(() -> failUntil(3, serialization())))
        .isEqualTo("attempt 3");
    assertThat(thrown).hasSize(2);
  }

  @Test
  void runsAgainWhateverTheServerSaysDidNotCommit() throws SQLException {
    for (SQLException retryable :
        List.of(
            serialization(),
            new SQLException("any text", "40001"),
            new SQLException("Optimistic lock failed on database root update", "HY000", 1105),
            new SQLException("dataset head is not ancestor of commit", "HY000", 1105))) {
      thrown.clear();
      assertThat(TransactionRetry.ofAttempts(2).call(() -> failUntil(2, retryable)))
          .isEqualTo("attempt 2");
    }
  }

  @Test
  void looksThroughExceptionsThatWrapTheDrivers() {
    List<RuntimeException> wrapped = new ArrayList<>();
    String result =
        TransactionRetry.ofAttempts(2)
            .call(
                () -> {
                  if (wrapped.isEmpty()) {
                    wrapped.add(new IllegalStateException(serialization()));
                    throw wrapped.get(0);
                  }
                  return "done";
                });
    assertThat(result).isEqualTo("done");
  }

  @Test
  void neverRunsAgainWhatMayHaveTakenEffectOrIsWrong() {
    for (SQLException failure :
        List.of(
            new SQLException("link failure", "08S01"),
            new SQLException("syntax", "42000", 1064),
            new SQLException("something else", "HY000", 1105))) {
      thrown.clear();
      Throwable result = catchThrowable(() -> retry(50, failure));
      assertThat(result).isSameAs(failure).hasNoSuppressedExceptions();
      assertThat(thrown).hasSize(1);
    }
  }

  @Test
  void whenTheAttemptsAreUsedUpTheLastFailureCarriesTheEarlierOnes() {
    List<SQLException> failures = List.of(serialization(), serialization(), serialization());
    List<SQLException> left = new ArrayList<>(failures);
    Throwable result =
        catchThrowable(
            () ->
                TransactionRetry.ofAttempts(3)
                    .call(
                        () -> {
                          throw left.remove(0);
                        }));
    assertThat(result).isSameAs(failures.get(2));
    assertThat(result.getSuppressed()).containsExactly(failures.get(0), failures.get(1));
  }

  @Test
  void theSameExceptionTwiceIsNotItsOwnSuppressedOne() {
    SQLException same = serialization();
    assertThat(catchThrowable(() -> retry(3, same))).isSameAs(same).hasNoSuppressedExceptions();
    assertThat(thrown).hasSize(3);
  }

  @Test
  void noAttemptStartsAfterTheTimeLimit() {
    TransactionRetry atOnce = TransactionRetry.ofAttempts(50).within(Duration.ZERO);
    SQLException failure = serialization();
    assertThat(catchThrowable(() -> atOnce.call(() -> failUntil(Integer.MAX_VALUE, failure))))
        .isSameAs(failure);
    assertThat(thrown).hasSize(1);
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> TransactionRetry.ofDefaults().within(Duration.ofMillis(-1)));
  }

  @Test
  void oneAttemptMeansNoRetry() {
    assertThat(catchThrowable(() -> retry(1, serialization()))).hasNoSuppressedExceptions();
    assertThat(thrown).hasSize(1);
  }

  @Test
  void refusesFewerThanOneAttempt() {
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> TransactionRetry.ofAttempts(0))
        .withMessageContainingAll("number of attempts", "at least 1");
  }

  @Test
  void anInterruptEndsTheRetries() {
    Throwable result =
        catchThrowable(
            () ->
                TransactionRetry.ofAttempts(50)
                    .call(
                        () -> {
                          Thread.currentThread().interrupt();
                          return failUntil(Integer.MAX_VALUE, serialization());
                        }));
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(result).isInstanceOf(SQLException.class);
    assertThat(thrown).hasSizeLessThan(50);
  }

  private String retry(int attempts, SQLException failure) throws SQLException {
    return TransactionRetry.ofAttempts(attempts).call(() -> failUntil(Integer.MAX_VALUE, failure));
  }

  private String failUntil(int attempt, SQLException failure) throws SQLException {
    if (thrown.size() + 1 < attempt) {
      thrown.add(failure);
      throw failure;
    }
    return "attempt " + attempt;
  }

  private static SQLException serialization() {
    return new SQLException("this transaction conflicts", "40001", 1213);
  }
}
