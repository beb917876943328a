/** Behind the API: not for applications. */
@NullMarked
package dev.danta.archfixture.api.inner;

import org.jspecify.annotations.NullMarked;
