package dev.danta.scenario.factory;

import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A plant on a usual day: a bit of everything. */
final class Steady implements Application {
    private final Plant plant;
    private final Ledger ledger;
    private final Board board;
    private final AtomicLong users = new AtomicLong();
    private volatile @Nullable Stocktaking taken;

    Steady(Size size) {
        this.plant = new Plant(size);
        this.ledger = new Ledger(plant);
        this.board = new Board(plant, Stocktaking::readRecords);
    }

    @Override
    public String name() {
        return Factory.NAME;
    }

    @Override
    public List<Collection> collections() {
        return plant.collections();
    }

    /** A plant begins with what its counters have. */
    @Override
    public void prepare(Port port, Consumer<Boolean> then) {
        then.accept(true);
    }

    @Override
    public Step newUser(Port port) {
        return new Clerk(plant, ledger, board, port, "u" + users.incrementAndGet());
    }

    @Override
    public void audit(Port port, Consumer<Boolean> then) {
        Stocktaking stocktaking = new Stocktaking(plant, ledger, board, port);
        stocktaking.run(isRead -> {
            if (isRead) {
                taken = stocktaking;
            }
            then.accept(isRead);
        });
    }

    @Override
    public List<Broken> verdict() {
        List<Broken> all = new ArrayList<>(ledger.found());
        Stocktaking last = taken;
        if (last != null) {
            all.addAll(new Judge(plant, ledger, last).verdict());
        }
        return all;
    }
}
