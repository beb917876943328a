package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives every distinct state a small number, so that configurations compare numbers instead of values.
 *
 * <p>Invariant: two numbers are equal if and only if the model calls the states the same. Numbers are never reused.
 */
final class StateTable<S> {
    private static final int EMPTY = -1;
    /** List slot, hash and table slot of a state, beside the state itself. */
    private static final long ENTRY_BYTES = 24;

    private final Model<S, ?, ?> model;
    private final MemoryAccount memory;
    private final List<S> states = new ArrayList<>();
    private int[] hashes = new int[16];
    private int[] table = new int[32];

    StateTable(Model<S, ?, ?> model, MemoryAccount memory) {
        this.model = model;
        this.memory = memory;
        memory.reserve(4L * (hashes.length + table.length));
        Arrays.fill(table, EMPTY);
    }

    S state(int number) {
        return states.get(number);
    }

    int number(S state) {
        int hash = mix(model.stateHash(state));
        int slot = hash & (table.length - 1);
        while (table[slot] != EMPTY) {
            int number = table[slot];
            if (hashes[number] == hash && model.sameState(states.get(number), state)) {
                return number;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        memory.reserve(ENTRY_BYTES + model.stateBytes(state));
        int number = states.size();
        states.add(state);
        if (number == hashes.length) {
            hashes = memory.doubled(hashes);
        }
        hashes[number] = hash;
        table[slot] = number;
        if (2 * states.size() > table.length) {
            grow();
        }
        return number;
    }

    private void grow() {
        table = memory.doubled(table);
        Arrays.fill(table, EMPTY);
        for (int number = 0; number < states.size(); number++) {
            int slot = hashes[number] & (table.length - 1);
            while (table[slot] != EMPTY) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = number;
        }
    }

    /** Hash codes of small values sit close together; linear probing wants them apart. */
    private static int mix(int hash) {
        int h = hash * 0x9E3779B9;
        return h ^ (h >>> 15);
    }
}
