package dev.polecat.bench.contest;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a row that many writers updated must hold in the end. */
enum HotRule {
  /** What was written last by the writers' own times, whoever merged when. */
  NEWEST {
    @Override
    Optional<String> complaint(List<Write> writes, String held) {
      Write newest = writes.stream().max(Comparator.comparing(Write::updatedAt)).orElseThrow();
      return newest.token().equals(held)
          ? Optional.empty()
          : Optional.of("the newest acknowledged value is " + newest.token());
    }
  },

  /**
   * What was committed last. Who that was cannot be seen from outside, but who it was not: a write
   * that was acknowledged before another one began.
   */
  LAST_COMMITTED {
    @Override
    Optional<String> complaint(List<Write> writes, String held) {
      Optional<Write> holder =
          writes.stream().filter(write -> write.token().equals(held)).findFirst();
      return holder.isEmpty()
          ? Optional.of("no acknowledged commit wrote that")
          : writes.stream()
              .filter(later -> later.started() > holder.get().acknowledged())
              .findFirst()
              .map(later -> later.token() + " began when that was acknowledged already");
    }
  };

  /**
   * What is wrong with the value a row holds.
   *
   * @param writes the acknowledged writes to it, at least one
   * @param held the value
   * @return what is wrong; empty if nothing is
   */
  abstract Optional<String> complaint(List<Write> writes, String held);
}
