package dev.danta.ir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Law 2 of the machines: what was persisted is durable, in one commit per batch, before anything leaves. */
class DriverTest {
    private static final Address TO = new Address.Client(new ClientId(0, 1));

    private final List<String> log = new ArrayList<>();
    private final List<Long> jitterBounds = new ArrayList<>();
    private @Nullable String failing;
    private long clockNanos = 100;

    private record Word(String text) implements Mutation, Timer, Report {}

    /** What the machine under test is told: the effects that it shall have. */
    private record Order(List<Effect> effects) {
        Order(Effect... effects) {
            this(List.of(effects));
        }
    }

    private final Driver<Order> driver = new Driver<>(
            (order, now) -> {
                log.add("step at " + now.monotonicNanos());
                fail("step");
                return order.effects();
            },
            new Driver.Ports(this::now, storage(), transport(), scheduler(), this::draw, this::tell),
            (input, now, effects) -> log.add("seen " + effects.size() + " effects"));

    private Moment now() {
        return new Moment(clockNanos++, 0);
    }

    private long draw(long bound) {
        jitterBounds.add(bound);
        return bound / 2;
    }

    private void tell(Report report) {
        log.add("tell " + ((Word) report).text());
    }

    private void fail(String place) {
        if (place.equals(failing)) {
            throw new StorageException("no space at " + place);
        }
    }

    private Storage storage() {
        return new Storage() {
            @Override
            public void apply(Mutation mutation) {
                fail("apply");
                log.add("apply " + ((Word) mutation).text());
            }

            @Override
            public void commit() {
                fail("commit");
                log.add("commit");
            }
        };
    }

    private Transport transport() {
        return new Transport() {
            @Override
            public void send(Address to, Envelope envelope) {
                log.add("send " + ((IrMessage.Executed) envelope.message()).id().sequence());
            }

            @Override
            public void flush() {
                log.add("flush");
            }
        };
    }

    private Scheduler scheduler() {
        return new Scheduler() {
            @Override
            public void arm(Timer timer, long delayNanos) {
                log.add("arm " + ((Word) timer).text() + " " + delayNanos);
            }

            @Override
            public void cancel(Timer timer) {
                log.add("cancel " + ((Word) timer).text());
            }
        };
    }

    private static Effect send(int number) {
        IrMessage message = new IrMessage.Executed(new OpId(new ClientId(0, 1), number));
        return new Effect.Send(TO, new Envelope(new ShardId(0), Epoch.FIRST, TO, message));
    }

    private static Effect persist(String text) {
        return new Effect.Persist(new Word(text));
    }

    @Test
    void aBatchIsOneCommitAndNothingLeavesBeforeIt() {
        driver.run(List.of(new Order(persist("a"), send(1)), new Order(send(2), persist("b"))));
        assertThat(log)
                .containsExactly(
                        "step at 100",
                        "apply a",
                        "seen 2 effects",
                        "step at 101",
                        "apply b",
                        "seen 2 effects",
                        "commit",
                        "send 1",
                        "send 2",
                        "flush");
    }

    @Test
    void effectsOtherThanPersistsLeaveInTheirOrder() {
        driver.run(List.of(new Order(
                new Effect.Tell(new Word("first")),
                send(1),
                new Effect.Arm(new Word("t"), 10, 0),
                new Effect.Cancel(new Word("t")),
                send(2),
                new Effect.Tell(new Word("last")))));
        assertThat(log)
                .containsExactly(
                        "step at 100",
                        "seen 6 effects",
                        "tell first",
                        "send 1",
                        "arm t 10",
                        "cancel t",
                        "send 2",
                        "tell last",
                        "flush");
    }

    @Test
    void nothingPersistedIsNothingCommitted() {
        driver.run(List.of(new Order(send(1))));
        driver.run(List.of());
        assertThat(log).containsExactly("step at 100", "seen 1 effects", "send 1", "flush");
    }

    @Test
    void severalBatchesMayShareOneCommit() {
        driver.handle(List.of(new Order(persist("a"), send(1))));
        driver.handle(List.of(new Order(send(2))));
        driver.handle(List.of());
        assertThat(log).doesNotContain("commit", "send 1", "send 2");
        driver.release();
        assertThat(log).endsWith("commit", "send 1", "send 2", "flush");
        driver.release();
        assertThat(log).containsOnlyOnce("commit", "send 1", "flush");
    }

    @Test
    void theDelayOfATimerIsDrawnFromItsJitter() {
        driver.run(List.of(new Order(new Effect.Arm(new Word("t"), 1_000, 300))));
        assertThat(jitterBounds).containsExactly(300L);
        assertThat(log).contains("arm t 1150");
    }

    @Test
    void aFailedCommitLetsNothingLeaveAndEndsTheDriver() {
        failing = "commit";
        assertThatThrownBy(() -> driver.run(List.of(new Order(persist("a"), send(1)))))
                .isInstanceOf(StorageException.class);
        assertThat(log).doesNotContain("send 1");
        failing = null;
        assertRefusesEverything();
    }

    @Test
    void aFailedChangeLetsNothingLeaveAndEndsTheDriver() {
        failing = "apply";
        assertThatThrownBy(() -> driver.run(List.of(new Order(send(1)), new Order(persist("a")))))
                .isInstanceOf(StorageException.class);
        failing = null;
        assertRefusesEverything();
    }

    @Test
    void aMachineThatThrowsEndsTheDriver() {
        failing = "step";
        assertThatThrownBy(() -> driver.handle(List.of(new Order(send(1))))).isInstanceOf(StorageException.class);
        failing = null;
        assertRefusesEverything();
    }

    private void assertRefusesEverything() {
        assertThatThrownBy(() -> driver.run(List.of(new Order(send(2))))).isInstanceOf(Invariant.Broken.class);
        assertThatThrownBy(driver::release).isInstanceOf(Invariant.Broken.class);
        assertThat(log).doesNotContain("send 1", "send 2", "commit");
    }

    @Test
    void aClientHasNoStorage() {
        assertThatThrownBy(() -> Storage.NONE.apply(new Word("a"))).isInstanceOf(Invariant.Broken.class);
        assertThatThrownBy(Storage.NONE::commit).isInstanceOf(Invariant.Broken.class);
    }

    @Test
    void delaysAreNotNegative() {
        assertThatThrownBy(() -> new Effect.Arm(new Word("t"), -1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Effect.Arm(new Word("t"), 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBrokenInvariantSaysWhatAndShowsTheDetails() {
        Invariant.check(true, "fine");
        assertThatThrownBy(() -> Invariant.check(false, "one is two", 1, 2))
                .isInstanceOf(Invariant.Broken.class)
                .hasMessage("invariant broken: one is two; 1; 2");
    }
}
