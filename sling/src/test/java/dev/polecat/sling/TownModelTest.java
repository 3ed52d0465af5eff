package dev.polecat.sling;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;

/**
 * Whatever two processes do in a town, in whatever order, and wherever they die: each acknowledged
 * write is on main once, or on a branch or under a tag that is known, and the ledger says what is
 * so. More cases than the default are run by {@code -Djqwik.tries.default=1000}.
 */
class TownModelTest {
  private final List<TownModel> opened = new ArrayList<>();

  @AfterTry
  void close() {
    opened.forEach(TownModel::close);
    opened.clear();
  }

  private TownModel open() {
    TownModel model = new TownModel();
    opened.add(model);
    return model;
  }

  @Provide
  ActionChainArbitrary<TownModel> lives() {
    Predicate<TownModel> always = model -> true;
    Predicate<TownModel> slung = TownModel::hasBranches;
    return ActionChain.startWith(this::open)
        .withAction(4, act("sling", always, (model, dice) -> model.sling(dice.town())))
        .withAction(6, act("write", slung, (model, dice) -> model.write(dice.number())))
        .withAction(2, act("contest", slung, (model, dice) -> model.contest(dice.number())))
        .withAction(4, act("done", slung, (model, dice) -> model.done(dice.number())))
        .withAction(2, act("leave", slung, (model, dice) -> model.leave(dice.number())))
        .withAction(
            1,
            act(
                "nuke",
                slung,
                (model, dice) -> model.nuke(dice.number(), dice.flag(), dice.town())))
        .withAction(
            2, act("cancel", slung, (model, dice) -> model.cancel(dice.number(), dice.town())))
        .withAction(
            2, act("retry", slung, (model, dice) -> model.retry(dice.number(), dice.town())))
        .withAction(
            3, act("resume", slung, (model, dice) -> model.resume(dice.number(), dice.town())))
        .withAction(2, act("expire", slung, (model, dice) -> model.expire(dice.number())))
        .withAction(
            2,
            act(
                "sweep",
                slung,
                (model, dice) ->
                    model.sweep(
                        dice.flag() ? Abandoned.KEEP : Abandoned.SUBMIT,
                        dice.number() % 4 == 0,
                        dice.town())))
        .withAction(3, act("merge", slung, (model, dice) -> model.merge()))
        .withAction(
            3,
            act(
                "merge and die",
                slung,
                (model, dice) ->
                    model.mergeDyingAt(
                        dice.of(
                            "merge.locked",
                            "merge.surveyed",
                            "merge.merged",
                            "merge.committed",
                            "merge.deleted",
                            "merge.recorded"))))
        .withAction(1, act("crash", always, (model, dice) -> model.crash(dice.town())))
        .withAction(
            1,
            act(
                "sling and die",
                always,
                (model, dice) ->
                    model.slingDyingAt(dice.of("sling.recorded", "sling.branched"), dice.town())))
        .withAction(
            1,
            act(
                "done and die",
                slung,
                (model, dice) ->
                    model.doneDyingAt(
                        dice.of("done.drained", "done.sealed", "done.recorded"), dice.number())))
        .withAction(
            1,
            act(
                "nuke and die",
                slung,
                (model, dice) ->
                    model.nukeDyingAt(
                        dice.of("nuke.recorded", "nuke.tagged", "nuke.deleted"),
                        dice.number(),
                        dice.flag(),
                        dice.town())))
        .withMaxTransformations(30);
  }

  /** Which branch, town or step an action is about. */
  private record Dice(int number) {
    int town() {
      return number / 7 % 2;
    }

    boolean flag() {
      return number / 3 % 2 == 0;
    }

    String of(String... some) {
      return some[number / 5 % some.length];
    }
  }

  private static Action.Independent<TownModel> act(
      String name, Predicate<TownModel> when, BiConsumer<TownModel, Dice> act) {
    return new Action.Independent<>() {
      @Override
      public boolean precondition(TownModel model) {
        return when.test(model);
      }

      @Override
      public Arbitrary<Transformer<TownModel>> transformer() {
        return Arbitraries.integers()
            .between(0, 2_000)
            .map(
                number ->
                    Transformer.mutate(
                        name + " " + number, model -> act.accept(model, new Dice(number))));
      }
    };
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void nothingAcknowledgedIsLostAndTheLedgerSaysWhatIsSo(
      @ForAll("lives") ActionChain<TownModel> life) {
    life.withInvariant("as the model says", TownModel::check).run().finish();
  }
}
