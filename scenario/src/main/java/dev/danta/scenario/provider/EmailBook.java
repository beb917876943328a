package dev.danta.scenario.provider;

import dev.danta.scenario.Broken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who was told that an email is theirs: P4. Thread-safe. */
final class EmailBook {
    private final Map<String, String> owners = new TreeMap<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final List<Broken> broken = new ArrayList<>();

    /** Somebody is going to open an account with it. */
    synchronized void asked(String email) {
        asked.add(email);
    }

    /** Somebody has opened {@code customer} with it, or was told that it is {@code customer}'s; that never changes. */
    synchronized void belongsTo(String email, String customer) {
        String owner = owners.putIfAbsent(email, customer);
        if (owner != null && !owner.equals(customer)) {
            broken.add(new Broken("P4", email + " is " + owner + "'s and " + customer + "'s"));
        }
    }

    /** In the end it is nobody's, or {@code customer}'s, who says {@code theirs} of their email. */
    synchronized void audited(String email, @Nullable String customer, @Nullable String theirs) {
        asked.remove(email);
        if (customer == null) {
            if (owners.containsKey(email)) {
                broken.add(new Broken("P4", email + " was " + owners.get(email) + "'s and is nobody's"));
            }
            return;
        }
        belongsTo(email, customer);
        if (!email.equals(theirs)) {
            broken.add(new Broken("P4", email + " is " + customer + "'s, who has " + theirs));
        }
    }

    /** Those that are to be looked up in the end yet. */
    synchronized List<String> emails() {
        return List.copyOf(asked);
    }

    synchronized List<Broken> verdict() {
        return List.copyOf(broken);
    }
}
