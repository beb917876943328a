package dev.danta.archfixture.api;

import dev.danta.archfixture.api.inner.Inside;

/** Public methods of a type that nobody outside sees. */
final class Discreet {
    public Inside inside(Inside inside) {
        return inside;
    }

    /** Public in a package-private type is not public. */
    public static final class Nested {
        public Inside inside(Inside inside) {
            return inside;
        }
    }
}
