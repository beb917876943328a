package dev.danta.check.generate;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.ListsRead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The same for transactions over lists, of one to four steps, each at one moment. A list gets so many elements and then is
 * left for a new one, so that what is read stays short. One history, made once.
 */
final class ListPlay {
    private static final int STEPS_MAX = 4;
    private static final int ELEMENTS_MAX = 32;

    private final GeneratorSettings settings;
    private final Random random;
    /** What is in each list; copied when it changes, so that answers can share it. */
    private final Map<String, List<String>> lists = new HashMap<>();

    private final List<Operation<AppendTxn, ListsRead>> operations = new ArrayList<>();
    private final String[] names;
    private final Client[] clients;
    private long now;
    private long uniques;
    private long processes;
    private long listNames;
    private int asked;
    private int busy;
    private boolean struck;

    private static final class Client {
        private long process;
        private @Nullable AppendTxn input;
        private @Nullable ListsRead output;
        private long invokedAt;
    }

    ListPlay(GeneratorSettings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
        this.names = new String[settings.keys()];
        for (int i = 0; i < names.length; i++) {
            names[i] = "l" + listNames++;
        }
        this.clients = new Client[settings.processes()];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Client();
            clients[i].process = processes++;
        }
    }

    History<AppendTxn, ListsRead> play() {
        while (asked < settings.operations() || busy > 0 || isDue()) {
            if (isDue() && busy == 0) {
                strike(clients[0]);
                continue;
            }
            Client client = clients[random.nextInt(clients.length)];
            now++;
            if (client.input == null) {
                if (!isDue() && asked < settings.operations()) {
                    begin(client, question());
                }
            } else if (client.output == null) {
                takeEffect(client, client.input);
            } else {
                complete(client, client.input, client.output);
            }
        }
        return History.of(operations);
    }

    private boolean isDue() {
        return settings.fault() != Fault.NONE && !struck && asked >= settings.operations() / 2;
    }

    private AppendTxn question() {
        List<AppendTxn.Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(STEPS_MAX);
        for (int i = 0; i < count; i++) {
            String list = names[random.nextInt(names.length)];
            steps.add(
                    random.nextBoolean()
                            ? new AppendTxn.Step.Append(list, Long.toString(uniques++))
                            : new AppendTxn.Step.Read(list));
        }
        return new AppendTxn(steps);
    }

    private void begin(Client client, AppendTxn input) {
        client.input = input;
        client.output = null;
        client.invokedAt = now;
        asked++;
        busy++;
    }

    private void takeEffect(Client client, AppendTxn input) {
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

    private ListsRead effect(AppendTxn input) {
        List<List<String>> read = new ArrayList<>();
        for (AppendTxn.Step step : input.steps()) {
            List<String> list = lists.getOrDefault(step.key(), List.of());
            if (step instanceof AppendTxn.Step.Append append) {
                List<String> longer = new ArrayList<>(list);
                longer.add(append.element());
                lists.put(step.key(), List.copyOf(longer));
                retire(step.key(), longer.size());
            } else {
                read.add(list);
            }
        }
        return new ListsRead(read);
    }

    private void retire(String list, int size) {
        for (int i = 0; size >= ELEMENTS_MAX && i < names.length; i++) {
            if (names[i].equals(list)) {
                names[i] = "l" + listNames++;
                return;
            }
        }
    }

    private void crash(Client client, AppendTxn input) {
        operations.add(Operation.unknown(client.process, input, client.invokedAt));
        client.process = processes++;
        client.input = null;
        client.output = null;
        busy--;
    }

    private void complete(Client client, AppendTxn input, ListsRead output) {
        operations.add(Operation.known(client.process, input, output, client.invokedAt, now));
        client.input = null;
        client.output = null;
        busy--;
    }

    /** Everybody else is idle, and reads of a list of its own are all there is to explain. */
    private void strike(Client client) {
        struck = true;
        String list = "fault";
        alone(client, append(list), null);
        List<String> before = lists.getOrDefault(list, List.of());
        if (settings.fault() == Fault.PHANTOM) {
            List<String> more = new ArrayList<>(before);
            more.add("phantom");
            alone(client, read(list), new ListsRead(List.of(more)));
            return;
        }
        alone(client, append(list), settings.fault() == Fault.LOST ? new ListsRead(List.of()) : null);
        alone(client, read(list), settings.fault() == Fault.STALE ? new ListsRead(List.of(before)) : null);
        alone(client, append(list), null);
        alone(client, read(list), null);
    }

    private AppendTxn append(String list) {
        return new AppendTxn(List.of(new AppendTxn.Step.Append(list, Long.toString(uniques++))));
    }

    private static AppendTxn read(String list) {
        return new AppendTxn(List.of(new AppendTxn.Step.Read(list)));
    }

    /** With an answer that is given, nothing takes effect. */
    private void alone(Client client, AppendTxn input, @Nullable ListsRead forced) {
        now++;
        begin(client, input);
        now++;
        ListsRead output = forced == null ? effect(input) : forced;
        now++;
        complete(client, input, output);
    }
}
