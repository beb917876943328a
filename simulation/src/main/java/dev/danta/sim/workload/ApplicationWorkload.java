package dev.danta.sim.workload;

import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.Port;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** A reference application, whose users are the sessions of a run: whoever comes first makes it ready. It judges itself. */
public final class ApplicationWorkload implements Workload {
    private final Application application;
    private final PortRules rules;
    private final ArrayDeque<Runnable> audits = new ArrayDeque<>();
    private final int shards;
    private boolean prepared;

    /** Of an application that has not been used yet, over so many shards, by clients that keep to these rules. */
    public ApplicationWorkload(Application application, int shards, PortRules rules) {
        this.application = application;
        this.shards = shards;
        this.rules = rules;
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Port port = new ApplicationPort(caller, random, shards, rules);
        Application.Step user = application.newUser(port);
        return done -> {
            if (prepared) {
                user.next(end -> done.run());
                return;
            }
            application.prepare(port, ready -> {
                prepared |= ready;
                done.run();
            });
        };
    }

    /** One after the other, as applications are told that it is. */
    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        audits.add(() -> application.audit(new ApplicationPort(caller, random, shards, PortRules.PROTOCOL), read -> {
            audits.remove();
            if (!audits.isEmpty()) {
                caller.after(0, audits.element());
            }
            answered.accept(read);
        }));
        if (audits.size() == 1) {
            audits.element().run();
        }
    }

    @Override
    public void judge() {
        List<Broken> broken = application.verdict();
        if (!broken.isEmpty()) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, application.name() + ": " + broken);
        }
        List<Broken> undecided = application.undecided();
        if (!undecided.isEmpty()) {
            throw new Violation(Violation.Kind.HISTORY_UNKNOWN, application.name() + ": " + undecided);
        }
    }
}
