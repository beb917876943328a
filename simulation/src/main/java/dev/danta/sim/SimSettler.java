package dev.danta.sim;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Transport;
import dev.danta.ir.upkeep.CatchUp;
import dev.danta.ir.upkeep.Forgetting;
import dev.danta.ir.upkeep.RangesCompared;
import dev.danta.ir.upkeep.Unsettled;
import dev.danta.ir.upkeep.Upkeep;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.SimNetwork;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.Settler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The settler of one process life of a node, under an id of that life: it keeps nothing, and dies with the process. */
final class SimSettler implements SimNetwork.Party {
    private final ClientId id;
    private final SimNode node;
    private final SimNode.World world;
    private final Driver<Settler.Input> driver;
    private final List<Driver<Upkeep>> upkeep = new ArrayList<>();
    private boolean dead;

    SimSettler(ClientId id, SimNode node, SimNode.World world, Memberships memberships, Transport transport) {
        this.id = id;
        this.node = node;
        this.world = world;
        Settler genuine = new Settler(
                id, memberships, world.temper().recovery(), world.parts().quorumRules());
        Driver.Ports ports = new Driver.Ports(
                node.clock(),
                Storage.NONE,
                world.faltering().of(transport),
                new SimTimers(
                        node.clock(),
                        world.settling(),
                        this::later,
                        timer -> driver().run(List.of(new Settler.Input.TimerFired(timer)))),
                bound -> world.settling().between(0, bound),
                report -> {});
        this.driver = new Driver<>(world.parts().settler(node.id(), genuine), ports, (input, now, effects) -> {
            world.trace().step("settler of " + node.id(), input, effects);
            world.invariants().onSettlerStep(id, effects);
        });
        UpkeepSettings upkeepSettings = world.temper().upkeep();
        upkeep.add(upkeepDriver(
                "catching up", new CatchUp(node.id(), id, memberships, upkeepSettings), world.settling(), transport));
        if (world.temper().forgets()) {
            upkeep.add(upkeepDriver(
                    "forgetting",
                    new Forgetting(node.id(), id, memberships, upkeepSettings),
                    world.forgetting(),
                    transport));
        }
    }

    private Driver<Upkeep> upkeepDriver(String what, Machine<Upkeep> machine, SimRandom random, Transport transport) {
        AtomicReference<@Nullable Driver<Upkeep>> made = new AtomicReference<>();
        Driver.Ports ports = new Driver.Ports(
                node.clock(),
                Storage.NONE,
                transport,
                new SimTimers(
                        node.clock(),
                        random,
                        this::later,
                        timer -> Objects.requireNonNull(made.get()).run(List.of(new Upkeep.TimerFired(timer)))),
                bound -> random.between(0, bound),
                this::onUpkeepReport);
        Driver<Upkeep> driver = new Driver<>(
                machine, ports, (input, now, effects) -> world.trace().step(what + " of " + node.id(), input, effects));
        made.set(driver);
        return driver;
    }

    private void onUpkeepReport(Report report) {
        if (report instanceof RangesCompared compared) {
            count(compared);
        } else if (report instanceof Unsettled unsettled) {
            unsettled.open().forEach(open -> report(new Overdue(open.id(), open.participants())));
        }
    }

    private void count(RangesCompared compared) {
        String end = !compared.completed() ? "given up" : compared.different() > 0 ? "different" : "equal";
        world.coverage().count("comparison " + end + (compared.whole() ? " where a log is gone" : ""));
        for (int i = 0; i < compared.taken(); i++) {
            world.coverage().count("repaired by comparison");
        }
    }

    /** The process begins. */
    void start() {
        later(0, () -> upkeep.forEach(driver -> driver.run(List.of(new Upkeep.Started()))));
    }

    /** A replica of this node has noticed that it lacks something. */
    void noticed(ShardId shard) {
        later(0, () -> upkeep.forEach(driver -> driver.run(List.of(new Upkeep.Noticed(shard)))));
    }

    private Driver<Settler.Input> driver() {
        return driver;
    }

    Address address() {
        return new Address.Client(id);
    }

    @Override
    public long life() {
        return dead ? 1 : 0;
    }

    void die() {
        dead = true;
    }

    private void later(long nanos, Runnable action) {
        world.events().after(nanos, () -> whenRunning(action));
    }

    private void whenRunning(Runnable action) {
        if (!dead) {
            node.whenRunning(() -> {
                if (!dead) {
                    action.run();
                }
            });
        }
    }

    void report(Overdue overdue) {
        later(0, () -> driver.run(List.of(new Settler.Input.Reported(overdue))));
    }

    /** A batch has arrived from a node. */
    @Override
    public void arrive(List<Envelope> batch) {
        whenRunning(() -> {
            List<Settler.Input> inputs = new ArrayList<>(batch.size());
            for (Envelope envelope : world.parts().arrivedAtSettler(batch)) {
                inputs.add(new Settler.Input.Received(envelope));
            }
            driver.run(inputs);
            List<Upkeep> received =
                    batch.stream().<Upkeep>map(Upkeep.Received::new).toList();
            upkeep.forEach(one -> one.run(received));
        });
    }
}
