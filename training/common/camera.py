"""The pictures that a manifest declares, drawn in numpy for many rows at once: byte for byte what simgate draws.

Coloured discs, capsules and boxes on a plane that is seen from above by a camera that stands still; what `hides` hides
from an eye that stands still. Only where things are, and whether they are shown, may come from channels.
"""

import numpy as np


class Camera:
    def __init__(self, image, at):
        """`image`: one of the manifest's `images`; `at`: channel → columns of an observation row."""
        self.at = at
        self.height, self.width = image["size"]
        self.scale = self.width / image["view"]["width"]  # pixels a metre
        self.centre = image["view"]["centre"]
        shapes = image["shapes"]
        seen = [shape for shape in shapes if not shape.get("hides")]
        first = next((i for i, shape in enumerate(seen) if moves(shape)), len(seen))
        self.still = np.tile(rgb(image["ground"]), (1, self.height, self.width, 1))
        for shape in seen[:first]:
            blend(self.still, self.cover(shape), rgb(shape["colour"]))
        self.moving = seen[first:]
        self.fixed = []  # cover and colour of what is drawn last and the same in every picture
        hiding = [shape for shape in shapes if shape.get("hides")]
        for shape in hiding:
            behind = self.polygon(self.behind(shape, image["eye"]))
            self.fixed.append((parts(behind), rgb(image.get("unseen", "#2b2d31"))))
        self.fixed += [(self.cover(shape), rgb(shape["colour"])) for shape in hiding]

    def draw(self, rows):
        """Observation rows (n, …) → pictures (n, height, width, 3), uint8."""
        pictures = np.repeat(self.still, len(rows), 0)
        for shape in self.moving:
            self.draw_moving(pictures, shape, rows)
        for cover, colour in self.fixed:
            blend(pictures, cover, colour)
        return pictures.astype(np.uint8)

    def draw_moving(self, pictures, shape, rows):
        """Touches no more pixels than a square round the shape."""
        shown = np.ones(len(rows), bool) if "shown" not in shape else rows[:, self.at[shape["shown"]].start] >= 0.5
        place = shape["at"]
        place = rows[:, self.at[place]] if isinstance(place, str) else np.tile(place, (len(rows), 1))
        half, radius, turn = round_shape(shape)
        cos, sin = np.cos(turn), np.sin(turn)
        x, y = shape.get("offset", [0, 0])
        ends = []
        for along in (-half, half):
            in_plane = place + [cos * (along + x) - sin * y, sin * (along + x) + cos * y]
            ends.append(self.to_pixels(in_plane))
        reach = int(np.ceil((half + radius) * self.scale + 1.5))
        middle = np.floor((ends[0] + ends[1]) / 2).astype(int)
        span = np.arange(-reach, reach + 1)
        xs, ys = middle[:, :1] + span, middle[:, 1:] + span
        n, yy, xx = np.broadcast_arrays(np.arange(len(rows))[:, None, None], ys[:, :, None], xs[:, None, :])
        inside = (xx >= 0) & (xx < self.width) & (yy >= 0) & (yy < self.height) & shown[:, None, None]
        n, yy, xx = n[inside], yy[inside], xx[inside]
        a, b = ends[0][n], ends[1][n]
        part = parts(0.5 + radius * self.scale - from_segment(xx + 0.5, yy + 0.5, a.T, b.T))[:, None]
        pictures[n, yy, xx] = mix(pictures[n, yy, xx], part, rgb(shape["colour"]))

    def to_pixels(self, points):
        offset = (np.asarray(points) - self.centre) * self.scale
        return np.stack([self.width / 2 + offset[..., 0], self.height / 2 - offset[..., 1]], -1)

    def cover(self, shape):
        """256ths of every pixel that a shape which stands still takes."""
        if "box" in shape:
            return parts(self.polygon(self.to_pixels(self.corners(shape))))
        half, radius, turn = round_shape(shape)
        place = np.add(shape.get("at", [0, 0]), shape.get("offset", [0, 0]))
        along = half * np.array([np.cos(turn), np.sin(turn)])
        a, b = self.to_pixels(place - along), self.to_pixels(place + along)
        x, y = np.meshgrid(np.arange(self.width) + 0.5, np.arange(self.height) + 0.5)
        return parts(0.5 + radius * self.scale - from_segment(x, y, a, b))

    def corners(self, shape):
        half = np.array(shape["box"])
        return np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half + np.add(
            shape.get("at", [0, 0]), shape.get("offset", [0, 0])
        )

    def behind(self, shape, eye):
        """Corners, in pixels, of what a box hides from the eye: itself, and itself seen as far off as no picture reaches."""
        from scipy.spatial import ConvexHull

        eye, corners = self.to_pixels(eye), self.to_pixels(self.corners(shape))
        rays = corners - eye
        beyond = eye + rays * (4 * (self.width + self.height) / np.linalg.norm(rays, axis=1, keepdims=True))
        points = np.concatenate([corners, beyond])
        return points[ConvexHull(points).vertices]

    def polygon(self, corners):
        """How much of every pixel a convex polygon covers, by the distance of the pixel's middle from its edges."""
        following = np.roll(corners, -1, 0)
        area = (corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum()
        along = following - corners
        normal = np.sign(area) * np.stack([along[:, 1], -along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
        x, y = np.meshgrid(np.arange(self.width) + 0.5, np.arange(self.height) + 0.5)
        outside = [n[0] * x + n[1] * y - n @ corner for n, corner in zip(normal, corners)]
        return 0.5 - np.max(outside, 0)


def moves(shape):
    return isinstance(shape.get("at"), str) or "shown" in shape


def round_shape(shape):
    """Half the distance of the centres, radius (m) and turn (rad) of a disc or a capsule."""
    half, radius = (0, shape["disc"]) if "disc" in shape else shape["capsule"]
    return half, radius, shape.get("turn", 0)


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
