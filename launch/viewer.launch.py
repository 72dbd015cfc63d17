"""Everything at once: truth, the policy that drives it, the learned candidate beside it, and the viewer in the browser."""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource

SIMGATE = Path(__file__).resolve().parent.parent  # a clone, or share/simgate


def generate_launch_description():
    beside = PythonLaunchDescriptionSource(str(SIMGATE / "launch/beside.launch.py"))
    return LaunchDescription(
        [
            # First, so that it is the default; the included file declares and describes the rest.
            DeclareLaunchArgument("view", default_value="true", description="false: as beside.launch.py"),
            IncludeLaunchDescription(beside),
        ]
    )
