package dev.danta.check.generate;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Clients of a table that answers with versions, and may answer each client out of a past of its own: what a client has seen
 * or written it sees again, or something later. The fault is a client of its own to whom that is not so.
 */
final class SessionPlay {
    private final GeneratorSettings settings;
    private final Random random;
    private final Map<String, List<String>> values = new HashMap<>();
    private final Map<String, Long> least = new HashMap<>();
    private final List<Operation<Input, Output>> operations = new ArrayList<>();
    private long now;

    SessionPlay(GeneratorSettings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
    }

    History<Input, Output> play() {
        boolean struck = settings.fault() == Fault.NONE;
        while (operations.size() < settings.operations() || !struck) {
            if (!struck && operations.size() >= settings.operations() / 2) {
                strike(settings.processes());
                struck = true;
            } else {
                turn(random.nextInt(settings.processes()), "k" + random.nextInt(settings.keys()));
            }
        }
        return History.of(operations);
    }

    private void turn(long process, String key) {
        if (random.nextInt(3) == 0 || versions(key) == 0) {
            write(process, key);
            return;
        }
        long from = least.getOrDefault(process + " " + key, 1L);
        long version = from + random.nextInt((int) (versions(key) - from) + 1);
        read(process, key, version);
        least.put(process + " " + key, version);
    }

    private long versions(String key) {
        return values.computeIfAbsent(key, k -> new ArrayList<>()).size();
    }

    private void write(long process, String key) {
        String value = "v" + operations.size();
        long version = versions(key) + 1;
        values.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
        wrote(process, key, value, version);
        least.put(process + " " + key, version);
    }

    private void wrote(long process, String key, String value, long version) {
        operations.add(Operation.known(process, new Input.Put(key, value), new Output.Done(version), now, now + 1));
        now += 2;
    }

    private void read(long process, String key, long version) {
        String value = values.getOrDefault(key, List.of()).get((int) version - 1);
        operations.add(Operation.known(process, new Input.Get(key), new Output.Value(value, version), now, now + 1));
        now += 2;
    }

    private void strike(long process) {
        write(process + 1, "fault");
        write(process + 1, "fault");
        switch (settings.fault()) {
            case STALE -> {
                read(process, "fault", 2);
                read(process, "fault", 1);
            }
            case LOST -> {
                write(process, "fault");
                read(process, "fault", 2);
            }
            case PHANTOM -> {
                read(process, "fault", 2);
                wrote(process, "fault", "phantom", 1);
            }
            case NONE -> {}
        }
    }
}
