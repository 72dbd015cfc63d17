"""The pictures that a manifest declares, drawn in numpy for many rows at once: byte for byte what simgate draws.

Coloured discs, capsules and boxes on a plane that is seen from above by a camera that stands still. Where things are, how they
are turned, whether they are shown, and from where they are seen may come from channels; what hides stands still.
"""

import numpy as np

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])


class Camera:
    def __init__(self, image, at):
        """`image`: one of the manifest's `images`; `at`: channel → columns of an observation row."""
        self.at = at
        self.height, self.width = image["size"]
        self.scale = self.width / image["view"]["width"]  # pixels a metre
        self.centre = image["view"]["centre"]
        self.eye, self.unseen = image.get("eye"), rgb(image.get("unseen", "#2b2d31"))
        self.xs, self.ys = np.arange(self.width) + 0.5, np.arange(self.height) + 0.5
        shapes = image["shapes"]
        seen = [shape for shape in shapes if not shape.get("hides")]
        first = next((i for i, shape in enumerate(seen) if moves(shape)), len(seen))
        self.still = np.tile(rgb(image["ground"]), (1, self.height, self.width, 1))
        for shape in seen[:first]:
            self.draw_shape(self.still, shape, None)
        self.moving = seen[first:]
        self.hiding = [shape for shape in shapes if shape.get("hides")]
        self.front = [(self.cover(shape), rgb(shape["colour"])) for shape in self.hiding]
        self.shade = None if self.eye is None or isinstance(self.eye, str) else list(self.shadows(self.eye))

    def draw(self, rows):
        """Observation rows (n, …) → pictures (n, height, width, 3), uint8."""
        pictures = np.repeat(self.still, len(rows), 0)
        for shape in self.moving:
            self.draw_shape(pictures, shape, rows)
        if self.shade is not None:
            for cover in self.shade:
                blend(pictures, cover, self.unseen)
        elif self.eye is not None:
            for picture, eye in zip(pictures, rows[:, self.at[self.eye]]):
                for cover in self.shadows(eye):
                    blend(picture, cover, self.unseen)
        for cover, colour in self.front:
            blend(pictures, cover, colour)
        return pictures.astype(np.uint8)

    def draw_shape(self, pictures, shape, rows):
        """Touches no more pixels than a square round the shape."""
        count = len(pictures)
        shown = np.ones(count, bool) if "shown" not in shape else rows[:, self.at[shape["shown"]].start] >= 0.5
        half, breadth = halves(shape)
        middle = self.to_pixels(self.in_plane(shape, np.zeros((1, 2)), rows, count))[:, 0]
        reach = int(np.ceil(np.hypot(half, breadth) * self.scale + 1.5))
        span = np.arange(-reach, reach + 1)
        xs, ys = (np.floor(middle[:, [k]]).astype(int) + span for k in (0, 1))
        n, yy, xx = np.broadcast_arrays(np.arange(count)[:, None, None], ys[:, :, None], xs[:, None, :])
        inside = (xx >= 0) & (xx < self.width) & (yy >= 0) & (yy < self.height) & shown[:, None, None]
        n, yy, xx = n[inside], yy[inside], xx[inside]
        if "box" in shape:
            corners = self.to_pixels(self.in_plane(shape, CORNERS * [half, breadth], rows, count))
            cover = inside_polygon(xx + 0.5, yy + 0.5, corners[n].transpose(1, 2, 0))
        else:
            ends = self.to_pixels(self.in_plane(shape, axis(shape), rows, count))[n]
            cover = 0.5 + breadth * self.scale - from_segment(xx + 0.5, yy + 0.5, ends[:, 0].T, ends[:, 1].T)
        pictures[n, yy, xx] = mix(pictures[n, yy, xx], parts(cover)[:, None], rgb(shape["colour"]))

    def in_plane(self, shape, points, rows, count):
        """Points (k, 2) of a shape's own frame → (count, k, 2), m."""
        at, turn = shape.get("at", [0, 0]), shape.get("turn", 0)
        at = rows[:, self.at[at]] if isinstance(at, str) else np.tile(at, (count, 1))
        turn = rows[:, self.at[turn].start] if isinstance(turn, str) else np.full(count, turn)
        cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
        x, y = (points + shape.get("offset", [0, 0])).T
        return np.stack([at[:, [0]] + cos * x - sin * y, at[:, [1]] + sin * x + cos * y], -1)

    def to_pixels(self, points):
        offset = (np.asarray(points) - self.centre) * self.scale
        return np.stack([self.width / 2 + offset[..., 0], self.height / 2 - offset[..., 1]], -1)

    def cover(self, shape):
        """256ths of every pixel that a box which stands still takes."""
        corners = self.to_pixels(self.in_plane(shape, CORNERS * halves(shape), None, 1))[0]
        return parts(inside_polygon(self.xs, self.ys[:, None], corners))

    def shadows(self, eye):
        """256ths of every pixel that each of what hides hides from the eye: itself, and all behind it."""
        eye, far = self.to_pixels(eye), 4 * (self.width + self.height)
        for shape in self.hiding:
            corners = self.to_pixels(self.in_plane(shape, CORNERS * halves(shape), None, 1))[0]
            hidden = hidden_behind(eye, corners, far)
            if hidden is None:
                continue
            cover = parts(inside_polygon(self.xs, self.ys[:, None], hidden))
            # As simgate does it: nothing above the highest corner and below the lowest, where a sharp one would reach farther.
            cover[(self.ys < hidden[:, 1].min() - 1) | (self.ys > hidden[:, 1].max() + 1)] = 0
            yield cover


def hidden_behind(eye, corners, far):
    """What a box hides from an eye, in pixels: corners of a convex polygon (k, 2); None where the eye is in the box."""
    following = np.roll(corners, -1, 0) - corners
    away = eye - corners
    sides = following[:, 0] * away[:, 1] - following[:, 1] * away[:, 0]
    if (sides >= 0).all() or (sides <= 0).all():
        return None
    rays = corners - eye
    beyond = eye + rays * (far / np.sqrt(rays[:, :1] * rays[:, :1] + rays[:, 1:] * rays[:, 1:]))
    points = sorted(map(tuple, np.concatenate([corners, beyond])))
    return np.array(chain(points) + chain(points[::-1]))


def chain(points):
    """Half of the convex hull of sorted points (Andrew 1979)."""
    kept = []
    for x, y in points:
        while len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            kept.pop()
        kept.append((x, y))
    return kept[:-1]


def moves(shape):
    return any(isinstance(shape.get(key), str) for key in ("at", "turn", "shown"))


def halves(shape):
    """Half its length and half its breadth, m."""
    if "box" in shape:
        return shape["box"]
    half, radius = (0, shape["disc"]) if "disc" in shape else shape["capsule"]
    return half + radius, radius


def axis(shape):
    """The two middles of a disc or a capsule, (2, 2), m."""
    half = 0 if "disc" in shape else shape["capsule"][0]
    return np.array([[-half, 0], [half, 0]])


def inside_polygon(x, y, corners):
    """How much of pixels a convex polygon covers, by the distance of their middles from its edges: corners (k, 2, …)."""
    following = np.roll(corners, -1, 0)
    turn = np.sign((corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum(0))
    along = following - corners
    length = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    outside = -np.inf
    for (ax, ay), (dx, dy), far in zip(corners, along, length):
        nx, ny = turn * dy / far, -turn * dx / far
        outside = np.maximum(outside, nx * x + ny * y - (nx * ax + ny * ay))
    return 0.5 - outside


def from_segment(x, y, a, b):
    """Distance of points from a line between two points, all in pixels."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    px, py = x - a[0], y - a[1]
    along = np.clip((px * dx + py * dy) / np.where(square == 0, 1, square), 0, 1)
    return np.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2)


def parts(cover):
    return np.floor(256 * np.clip(cover, 0, 1) + 0.5).astype(np.int32)


def mix(before, part, colour):
    return (before * (256 - part) + colour * part + 128) >> 8


def blend(pictures, part, colour):
    pictures[:] = mix(pictures, part[..., None], colour)


def rgb(text):
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], np.int32)
