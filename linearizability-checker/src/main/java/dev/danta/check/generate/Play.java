package dev.danta.check.generate;

import dev.danta.check.Cancellation;
import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that take turns in random order: ask, take effect at one moment, be answered, each at a turn of its own. One
 * history, made once.
 *
 * <p>The fault strikes at the first chance after half of the operations: a client asks alone when all others are idle, so
 * that nothing that is open can explain what it is answered.
 */
final class Play<S, I, O> {
    private final Sampler<S, I, O> sampler;
    private final Model<S, I, O> model;
    private final GeneratorSettings settings;
    private final Random random;
    private final Map<String, S> states = new LinkedHashMap<>();
    private final List<Operation<I, O>> operations = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    private long now;
    private long processes;
    private long uniques;
    private int asked;
    private int busy;
    private boolean struck;
    private boolean draining;

    private final class Client {
        private long process = processes++;
        private @Nullable I input;
        private @Nullable O output;
        private boolean effective;
        private long invokedAt;
    }

    Play(Sampler<S, I, O> sampler, GeneratorSettings settings) {
        this.sampler = sampler;
        this.model = sampler.model();
        this.settings = settings;
        this.random = new Random(settings.seed());
        for (int i = 0; i < settings.processes(); i++) {
            clients.add(new Client());
        }
    }

    History<I, O> play() {
        while (asked < settings.operations() || busy > 0 || isDue()) {
            draining = isDue() || asked >= settings.operations();
            if (isDue() && busy == 0) {
                strike(clients.get(0));
                continue;
            }
            Client client = clients.get(random.nextInt(clients.size()));
            now++;
            I input = client.input;
            if (input == null) {
                if (!draining) {
                    begin(client, question(key()));
                }
            } else if (!client.effective) {
                takeEffect(client, input);
            } else {
                complete(client, input);
            }
        }
        return History.of(operations);
    }

    private boolean isDue() {
        return settings.fault() != Fault.NONE && !struck && asked >= settings.operations() / 2;
    }

    private String key() {
        return settings.keys() == 1 ? "k" : "k" + random.nextInt(settings.keys());
    }

    private I question(String key) {
        return sampler.any(state(key), key, uniques++, random);
    }

    private S state(String key) {
        return states.computeIfAbsent(key, k -> model.init(partition(k)));
    }

    private String partition(String key) {
        return model.partitionOf(sampler.look(key));
    }

    private String keyOf(I input) {
        String partition = model.partitionOf(input);
        return partition.isEmpty() ? "k" : partition;
    }

    private void begin(Client client, I input) {
        client.input = input;
        client.output = null;
        client.effective = false;
        client.invokedAt = now;
        asked++;
        busy++;
    }

    private void takeEffect(Client client, I input) {
        String key = keyOf(input);
        S state = state(key);
        O answer = sampler.answer(state, input);
        if (answer == null && draining) {
            // Nobody asks any more, so nobody lets go of what this one waits for: it gives up before it has begun.
            client.input = null;
            busy--;
            return;
        }
        // What is of unknown outcome might explain a fault, unless it comes later.
        boolean mayCrash = settings.fault() == Fault.NONE || struck;
        if (mayCrash && random.nextInt(1_000) < settings.unknownPerMille()) {
            crash(client, input);
            return;
        }
        if (answer == null) {
            return;
        }
        Step<S> step = model.step(state, input, answer, Cancellation.NONE);
        if (!(step instanceof Step.Legal<S> legal)) {
            throw new IllegalStateException(
                    model.name() + " does not answer " + model.describe(input, answer) + " in " + state);
        }
        states.put(key, legal.next());
        client.output = answer;
        client.effective = true;
    }

    /** Before its effect or after it; nobody hears of it, and the client goes on under another number. */
    private void crash(Client client, I input) {
        String key = keyOf(input);
        if (random.nextBoolean()) {
            states.put(key, model.stepUnknown(state(key), input, Cancellation.NONE));
        }
        operations.add(Operation.unknown(client.process, input, client.invokedAt));
        client.process = processes++;
        client.input = null;
        busy--;
    }

    private void complete(Client client, I input) {
        O output = client.output;
        if (output != null) {
            operations.add(Operation.known(client.process, input, output, client.invokedAt, now));
        }
        client.input = null;
        busy--;
    }

    /** Everybody else is idle. */
    private void strike(Client client) {
        String key = key();
        I look = sampler.look(key);
        if (leadsNowhere(key)) {
            // Whatever was to be done was done there: an object of its own is fresh.
            key = "fresh";
            look = sampler.look(key);
        }
        boolean phantom = settings.fault() == Fault.PHANTOM;
        if (phantom ? isPossible(key, look) : sampler.answer(state(key), look) == null) {
            alone(client, sampler.change(state(key), key, uniques++), null, false);
        }
        struck = true;
        S old = state(key);
        if (phantom) {
            alone(client, look, sampler.phantom(old), false);
            return;
        }
        boolean lost = settings.fault() == Fault.LOST;
        alone(client, sampler.change(old, key, uniques++), null, lost);
        alone(client, look, lost ? null : sampler.answer(old, look), false);
    }

    private boolean leadsNowhere(String key) {
        S state = state(key);
        I change = sampler.change(state, key, uniques);
        O answer = sampler.answer(state, change);
        return answer != null
                && model.step(state, change, answer, Cancellation.NONE) instanceof Step.Legal<S> legal
                && model.sameState(state, legal.next());
    }

    /** Whether what is to be impossible can be answered in this state after all. */
    private boolean isPossible(String key, I look) {
        S state = state(key);
        return model.step(state, look, sampler.phantom(state), Cancellation.NONE) instanceof Step.Legal;
    }

    private void alone(Client client, I input, @Nullable O forced, boolean lost) {
        now++;
        begin(client, input);
        now++;
        S state = state(keyOf(input));
        O answer = forced == null ? sampler.answer(state, input) : forced;
        if (answer == null) {
            throw new IllegalStateException(model.name() + " does not answer " + input + " in " + state);
        }
        if (forced == null
                && !lost
                && model.step(state, input, answer, Cancellation.NONE) instanceof Step.Legal<S> legal) {
            states.put(keyOf(input), legal.next());
        }
        client.output = answer;
        now++;
        complete(client, input);
    }
}
