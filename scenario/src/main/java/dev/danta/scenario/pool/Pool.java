package dev.danta.scenario.pool;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Port;
import java.util.List;
import java.util.function.Consumer;

/**
 * A capacity pool. Of a hundred steps about eighty ask what is available, fifteen reserve, five release; of a thousand five
 * change a limit, and in five two users want one last unit. Its laws:
 *
 * <ul>
 *   <li>C1: when a reservation is accepted, no more is in use than the limit that is in force;
 *   <li>C2: what is in use is the sum of all reservations that hold units;
 *   <li>C3: what is done under an id is done once, and is there if its user was told so;
 *   <li>C4: nobody is shown whether a pool is open as it was before, and {@link PoolSettings#trueWithin} after all has healed everybody
 *       reads what is true;
 *   <li>C5: of two who want the last unit one gets it, either;
 *   <li>C6: all answers of a pool are true at one moment each, in an order in which none comes before what was answered when it
 *       was asked: there are also no false refusals.
 * </ul>
 */
public final class Pool implements Application {
    private final PoolSettings settings;
    private final PoolWork work;
    private final PoolBook book;
    private final PoolDraw pools;

    /** @param check how much judging its history may cost */
    public Pool(PoolSettings settings, CheckOptions check) {
        this.settings = settings;
        this.work = new PoolWork(settings.limit());
        this.book = new PoolBook(new PoolModel(settings.limit()), check);
        this.pools = new PoolDraw(settings);
    }

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public List<Collection> collections() {
        return work.collections();
    }

    @Override
    public void prepare(Port port, Consumer<Boolean> then) {
        // Pools are there with their first use.
        then.accept(true);
    }

    @Override
    public Step newUser(Port port) {
        return new PoolUser(port, settings, work, book, pools);
    }

    @Override
    public void audit(Port port, Consumer<Boolean> then) {
        new PoolAudit(port, settings, work, book, then).begin();
    }

    @Override
    public List<Broken> verdict() {
        return book.verdict();
    }

    @Override
    public List<Broken> undecided() {
        return book.undecided();
    }
}
