package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conditions that {@link Model} states, over every state that a small world reaches in a few steps. */
class ModelLawsTest {
    private static final int DEPTH = 3;

    static Stream<Domain<?, ?, ?>> domains() {
        return Domain.all();
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void anUnknownOutcomeDoesWhatSomeAnswerWouldHaveSaid(Domain<S, I, O> domain) {
        for (S state : reachable(domain)) {
            for (I input : domain.inputs()) {
                S unknown = domain.model().stepUnknown(state, input, Cancellation.NONE);
                if (domain.exact()) {
                    assertThat(nextStates(domain, state, input))
                            .as("%s in %s", input, state)
                            .contains(unknown);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void anUnknownOutcomeAllowsWhateverAnAnswerWouldHaveAllowed(Domain<S, I, O> domain) {
        for (S state : reachable(domain)) {
            for (I input : domain.inputs()) {
                S unknown = domain.model().stepUnknown(state, input, Cancellation.NONE);
                for (O output : domain.answers().to(input)) {
                    // Nothing changed: as if it had not happened, which needs no allowance.
                    if (domain.exact()
                            || domain.model().observes(input, output)
                            || !(domain.model().step(state, input, output, Cancellation.NONE)
                                    instanceof Step.Legal<S> known)
                            || known.next().equals(state)) {
                        continue;
                    }
                    assertAllowsAsMuch(domain, unknown, known.next(), input + " in " + state);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void whatObservesMakesNothingPossible(Domain<S, I, O> domain) {
        for (S state : reachable(domain)) {
            for (I input : domain.inputs()) {
                for (O output : domain.answers().to(input)) {
                    if (domain.model().observes(input, output)
                            && domain.model().step(state, input, output, Cancellation.NONE)
                                    instanceof Step.Legal<S> after) {
                        assertAllowsAsMuch(domain, state, after.next(), input + " -> " + output + " in " + state);
                    }
                    if (domain.model().readOnly(input, output)) {
                        assertThat(domain.model().observes(input, output)).isTrue();
                    }
                }
            }
        }
    }

    private static <S, I, O> void assertAllowsAsMuch(Domain<S, I, O> domain, S one, S other, String about) {
        for (I later : domain.inputs()) {
            for (O answer : domain.answers().to(later)) {
                if (domain.model().step(other, later, answer, Cancellation.NONE) instanceof Step.Legal) {
                    assertThat(domain.model().step(one, later, answer, Cancellation.NONE))
                            .as("%s, then %s -> %s", about, later, answer)
                            .isInstanceOf(Step.Legal.class);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void whatIsReadOnlyChangesNothing(Domain<S, I, O> domain) {
        for (S state : reachable(domain)) {
            for (I input : domain.inputs()) {
                for (O answer : domain.answers().to(input)) {
                    if (domain.model().readOnly(input, answer)
                            && domain.model().step(state, input, answer, Cancellation.NONE)
                                    instanceof Step.Legal<S> legal) {
                        assertThat(legal.next()).as("%s in %s", input, state).isEqualTo(state);
                    }
                }
                if (domain.model().readOnly(input)) {
                    assertThat(domain.model().stepUnknown(state, input, Cancellation.NONE))
                            .isEqualTo(state);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("domains")
    <S, I, O> void whateverIsAskedHasExactlyOneAnswerUnlessSomeSayNothing(Domain<S, I, O> domain) {
        // Whoever may be granted any token, or may leave a version unsaid, has more than one.
        boolean lenient = domain.name().contains("dropped") || !domain.exact();
        for (S state : reachable(domain)) {
            for (I input : domain.inputs()) {
                List<O> legal = domain.answers().to(input).stream()
                        .filter(answer ->
                                domain.model().step(state, input, answer, Cancellation.NONE) instanceof Step.Legal)
                        .toList();
                assertThat(legal).as("%s in %s", input, state).isNotEmpty();
                if (!lenient) {
                    assertThat(legal).as("%s in %s", input, state).hasSize(1);
                }
            }
        }
    }

    private static <S, I, O> List<S> nextStates(Domain<S, I, O> domain, S state, I input) {
        List<S> next = new ArrayList<>();
        for (O answer : domain.answers().to(input)) {
            if (domain.model().step(state, input, answer, Cancellation.NONE) instanceof Step.Legal<S> legal) {
                next.add(legal.next());
            }
        }
        return next;
    }

    /** States after a few steps, without those whose values the small world has no answers for. */
    private static <S, I, O> Set<S> reachable(Domain<S, I, O> domain) {
        Set<S> states = new LinkedHashSet<>();
        states.add(domain.model().init(Model.WHOLE));
        for (int i = 0; i < DEPTH; i++) {
            for (S state : List.copyOf(states)) {
                for (I input : domain.inputs()) {
                    states.addAll(nextStates(domain, state, input));
                }
            }
        }
        states.removeIf(state -> domain.inputs().stream()
                .anyMatch(input -> nextStates(domain, state, input).isEmpty()));
        return states;
    }
}
