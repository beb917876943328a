package dev.danta.archfixture.lonely.user;

import dev.danta.archfixture.lonely.ByItsNested;
import dev.danta.archfixture.lonely.Named;

/** Uses its neighbours from another package. */
final class User {
    private User() {}

    static boolean use(Named named, ByItsNested.Nested nested) {
        named.take(named.pass());
        return nested == named;
    }
}
