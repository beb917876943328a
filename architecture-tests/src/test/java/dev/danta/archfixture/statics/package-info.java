/** Static fields that can change, and some that cannot. */
@NullMarked
package dev.danta.archfixture.statics;

import org.jspecify.annotations.NullMarked;
