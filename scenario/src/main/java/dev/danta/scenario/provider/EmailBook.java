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
    /** So many want the same one, one after the other or at once. */
    private static final long EACH = 3;

    private final Map<String, String> owners = new TreeMap<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final List<Broken> broken = new ArrayList<>();
    private long opened;

    /**
     * What somebody is going to open an account with: others do so about now.
     *
     * @param which of those that are to be had, 0 or 1
     */
    synchronized String next(long which) {
        String email = "c" + (opened++ / EACH + which) + "@example.com";
        asked.add(email);
        return email;
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
