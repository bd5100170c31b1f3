/** What the inspector takes of Cornerstone3D. */
export {
  Enums,
  imageLoader,
  init,
  metaData,
  RenderingEngine,
  Settings,
  utilities,
} from "@cornerstonejs/core";
export {
  addTool,
  Enums as ToolEnums,
  init as initTools,
  LengthTool,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";
