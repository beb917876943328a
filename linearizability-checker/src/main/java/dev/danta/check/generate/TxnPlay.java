package dev.danta.check.generate;

import dev.danta.check.History;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that take turns in random order, whose transactions take effect at one moment. The fault strikes halfway, when
 * everybody else is idle. One history, made once.
 */
abstract class TxnPlay<I, O> {
    private final GeneratorSettings settings;
    private final Random random;
    private final List<Operation<I, O>> operations = new ArrayList<>();
    private final List<Client<I, O>> clients = new ArrayList<>();
    private long now;
    private long processes;
    private int asked;
    private int busy;
    private boolean struck;

    private static final class Client<I, O> {
        private long process;
        private @Nullable I input;
        private @Nullable O output;
        private long invokedAt;
    }

    TxnPlay(GeneratorSettings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        for (int i = 0; i < settings.processes(); i++) {
            Client<I, O> client = new Client<>();
            client.process = processes++;
            clients.add(client);
        }
    }

    /** What a client asks for next. */
    abstract I question(Random dice);

    /** Does it, and gives the answer. */
    abstract O effect(I input);

    /** Does something wrong, by {@link #alone} alone. */
    abstract void strike(Fault fault);

    final GeneratorSettings settings() {
        return settings;
    }

    final History<I, O> play() {
        while (asked < settings.operations() || busy > 0 || isDue()) {
            if (isDue() && busy == 0) {
                struck = true;
                strike(settings.fault());
                continue;
            }
            Client<I, O> client = clients.get(random.nextInt(clients.size()));
            now++;
            I input = client.input;
            O output = client.output;
            if (input == null) {
                if (!isDue() && asked < settings.operations()) {
                    begin(client, question(random));
                }
            } else if (output == null) {
                takeEffect(client, input);
            } else {
                complete(client, input, output);
            }
        }
        return History.of(operations);
    }

    private boolean isDue() {
        return settings.fault() != Fault.NONE && !struck && asked >= settings.operations() / 2;
    }

    private void begin(Client<I, O> client, I input) {
        client.input = input;
        client.output = null;
        client.invokedAt = now;
        asked++;
        busy++;
    }

    private void takeEffect(Client<I, O> client, I input) {
        boolean crashes = random.nextInt(1_000) < settings.unknownPerMille();
        if (crashes && random.nextBoolean()) {
            crash(client, input);
            return;
        }
        client.output = effect(input);
        if (crashes) {
            crash(client, input);
        }
    }

    private void crash(Client<I, O> client, I input) {
        operations.add(Operation.unknown(client.process, input, client.invokedAt));
        client.process = processes++;
        client.input = null;
        client.output = null;
        busy--;
    }

    private void complete(Client<I, O> client, I input, O output) {
        operations.add(Operation.known(client.process, input, output, client.invokedAt, now));
        client.input = null;
        client.output = null;
        busy--;
    }

    /** One client asks while all others are idle. With an answer that is given, nothing takes effect. */
    final void alone(I input, @Nullable O forced) {
        Client<I, O> client = clients.get(0);
        now++;
        begin(client, input);
        now++;
        O output = forced == null ? effect(input) : forced;
        now++;
        complete(client, input, output);
    }
}
